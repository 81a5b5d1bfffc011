"""The demo's mailbox: outgoing letters, readable on a page. Only for the demo: it shows all to all."""
