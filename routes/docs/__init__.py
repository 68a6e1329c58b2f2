"""The description of the API: OpenAPI 3.1, put together from what each feature says of its operations."""
