"""Processes: what a command starts, and how it ends.

Where is …?
    serve: one server process: socket, Redis, map, and uvicorn around the application
    demo: the whole city: Redis, server and simulator, all ending together
    ending: the end of a process: asked for by signals, in time whatever happens
    processes: processes that end with us, also when we are killed
    redis: the private redis-server on a free loopback port
"""
