"""A simulated city: its map, its people, its grid workers and all that they report.

Where is …?  `land` cells along a river · `regions` districts, streets, communities · `names` · `people` who
lives where · `city` the areas file · `events` reports as bytes · `lives` how a case goes · `traffic` who
reports what when · `scenarios` unusual days · `feed` into Redis · `fleet` over HTTP · `cli`.
"""
