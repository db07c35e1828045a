"""What moves on screens: one frame for a topic, encoded once, for all who watch it.

Where is …?
    frames: snapshots and deltas that can be applied to each other
    publisher: when a frame is made
    topics: what a screen can watch: name, scope, pace and body
    screens: who watches which topic; nobody waits for anybody
"""
