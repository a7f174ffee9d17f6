"""What crosses between rooms: records, outcomes, errors, ids, Arrow schemas."""
