"""Kinds of requests in the city on the lake: the long tail that such data has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestType:
    """What residents ask for.

    Attributes:
        per_day: requests on an ordinary day in the whole city.
        median_days: from the request until it is done, as a median.
    """

    per_day: float
    median_days: float


# Category of the city's rules, requests a day, median days until it is done.
_TYPES = """
    pothole 62 3.1, sidewalk-damage 14 24, sidewalk-snow 5 2, curb-gutter 6 38, pavement-cave-in 9 1.4,
    street-paving 3 55, alley-paving 2 60, bridge-damage 1.2 3, guardrail 0.9 9, steel-plate 1.1 1.5,
    road-markings 2.4 30, speed-hump 1.5 70, bike-lane-blocked 7 0.5, bike-rack 0.8 45, street-cleaning 17 4,
    viaduct-cleaning 0.9 12, snow-ploughing 4 0.7, ice-on-street 2.5 0.6, spilled-load 3 0.3,
    street-light-out 54 5.5, street-lights-all-out 15 1.2, alley-light-out 22 8, light-pole-damage 4.5 4,
    light-on-by-day 2.2 14, light-pole-door 1.6 7, viaduct-light 1.5 9, traffic-signal-out 12 0.12,
    signal-timing 2 22, walk-signal 1.9 1.1, stop-sign-down 3.4 0.5, street-sign-missing 4 26,
    parking-sign 3.1 25, new-sign 1.4 50, missed-garbage 33 1.6, missed-recycling 24 2.2,
    missed-yard-waste 7 3.5, garbage-cart 28 11, recycling-cart 12 12, bulky-items 19 6, fly-dumping 26 3,
    alley-sweeping 3 8, overflowing-bin 11 0.8, dead-animal 13 0.5, hazardous-waste 1.3 5, graffiti 45 2.6,
    graffiti-park 1.2 5, rodents 36 4.8, bees-wasps 3 3.6, mosquitoes 2 6, stray-animal 14 0.6,
    vicious-animal 5 0.3, animal-bite 1.4 0.6, animal-neglect 2.7 1.2, wildlife 3.3 2.4, dog-leash 2.1 3,
    coyote 0.5 1, tree-trim 27 85, tree-debris 21 5.5, tree-removal 8 36, tree-planting 4 150,
    tree-emergency 8.5 0.5, stump-removal 2.2 60, weed-removal 9 13, grass-park 2.2 5, playground 1.2 3.5,
    park-bench 0.7 14, beach-litter 1.9 1, community-garden 0.3 7, sewer-cave-in 6.5 1.8,
    water-in-basement 11 0.6, water-on-street 13 1, sewer-cleaning 10 7, catch-basin 7 5,
    manhole-cover 2.6 0.15, hydrant-open 5 0.2, hydrant-damage 1.7 3, no-water 4.4 0.25, low-pressure 2.9 2,
    water-quality 2.5 1.5, lead-test 6 14, meter-reading 2.1 13, water-leak 4 0.6, building-violation 18 15,
    vacant-building 7 5.5, no-heat 6 0.6, no-permit 4.5 9, porch 1.1 9, elevator 1.3 2.6, sign-permit 0.7 18,
    fence 1 17, vacant-lot 6 12, noise-construction 3.4 1, abandoned-vehicle 31 8.5, parked-illegally 20 0.2,
    blocked-driveway 8 0.15, scooter 6 0.4, taxi-complaint 3.6 17, bus-shelter 1.5 6, parking-meter 2.4 2,
    residential-parking 1.2 11, restaurant 6.5 3, food-poisoning 1.3 1, no-licence 2.5 14,
    consumer-fraud 3.3 21, petrol-pump 0.4 8, tobacco-minors 0.3 9, smoke-free 0.8 7, street-vendor 1.6 2,
    minimum-wage 0.8 38, wellbeing-check 9 0.2, encampment 5.5 3, senior-chore 1.8 17, home-meals 1.5 5,
    shelter 7.5 0.1, warming-centre 1.2 0.2, disability-access 0.9 19, air-pollution 1.7 2.4,
    illegal-burning 0.8 0.3, toxic-spill 0.4 0.12, noise-business 2.8 1.5,
"""
REQUEST_TYPES = {
    category: RequestType(float(per_day), float(median_days))
    for category, per_day, median_days in (entry.split() for entry in _TYPES.split(",") if entry.strip())
}
