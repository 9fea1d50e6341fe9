"""The NHS Organisation Data Service: lists of trusts, organisations, successions, records of ORD, and fetching them."""
