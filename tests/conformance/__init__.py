"""One story on every face: what each shows, read back and compared."""
