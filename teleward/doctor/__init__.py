"""``teleward doctor``: looks at machine, broker, store, parts and page, and says what to do."""
