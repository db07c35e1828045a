"""The command centre: one process folds the log into the state of a city, and serves its screens from there.

The folder says the floor (what it may touch), the file says the subject; docs/architecture.md has the map.

Where is …?
    cli: the command line: demo, serve, simulate, city, import-areas
    run: processes: the server, the demo, the private Redis
    app: the application: the only place where everything meets
    api: HTTP and sockets: what is asked, in which form it is answered
    web: how pages reach a browser: documents, bundles, compression
    desk: what pages and HTTP ask for, and what people do
    callbacks: which page an address shows, and what Dash does on it
    feeds: between the log and the state: Redis Streams in, frames out
    layouts: what is on a page, as functions from view data to components
    atlas: what a city gives us as files: areas, maps, calendar
    domain: the city itself, pure: rules, state, readings, acts
    words: the message catalogue: every word on screen, by language
    ids: ids of all components and elements, each written once
    settings: settings from the environment, `.env` or `gridwall.toml`
    clock: the city's clock; nothing else reads the machine's
    errors: every error that is raised on purpose
"""
