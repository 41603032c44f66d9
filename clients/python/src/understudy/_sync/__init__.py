"""For programs without an event loop; made from `_async` (`npm run client`)."""
