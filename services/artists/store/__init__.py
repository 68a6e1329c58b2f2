"""Artists and wanted films in the database. Every method raises `DatabaseUnavailableError` when that fails."""
