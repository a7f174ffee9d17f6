"""What crosses between the rooms: records, outcomes, errors, ids, Arrow schemas. Imports nothing of ours."""
