"""For programs with an event loop. `_sync` is made from this (`npm run client`)."""
