"""The web floor: fault answers, headers, CSRF, limits, languages, logs."""
