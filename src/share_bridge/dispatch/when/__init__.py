"""When something may go out: rules of the owner, rests of services, the forecast."""
