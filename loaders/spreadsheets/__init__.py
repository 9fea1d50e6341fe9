"""Tables of registers as files hold them: rows out of ods, xlsx and csv, headers by content, dates in one order."""
