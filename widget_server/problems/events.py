"""What happens to problems, as news for whoever listens; payloads hold keys and nothing personal."""

REPORTED = "problems.reported"
"""A guest's report was stored and numbered; it waits for the e-mail to be confirmed."""

REMINDED = "problems.reminded"
"""The confirmation is still missing after a day."""

SENT = "problems.sent"
"""The report is with the service (or, when nobody serves, with the platform's staff); clocks run."""

CHANGED = "problems.changed"
"""The service or staff moved the problem on; `entry_id` names the line of its history."""
