"""Types and calls of the api, made from its OpenAPI document."""
