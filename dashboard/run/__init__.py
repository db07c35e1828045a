"""Processes: what a command starts, and how it ends.

Where is …?
    serve: one server process: socket, Redis, map, and uvicorn around the application
    demo: the whole city: Redis, server and simulator, all ending together
    cities: the demo cities: what is set for each
    connections: one connection of a client: how long it may take, when it is dropped
    sockets: one WebSocket of a client: how many frames of it are taken
    drain: how a connection gets rid of what was written to it
    descriptors: file descriptors: as many as may be had, some never given to clients
    ending: the end of a process: asked for by signals, in time whatever happens
    logs: the log on standard error: one line an event, and no client can fill it
    processes: processes that end with us, also when we are killed
    redis: the private Redis on a free loopback port
    programs: which server program that is: the one that we carry, else the system's
"""
