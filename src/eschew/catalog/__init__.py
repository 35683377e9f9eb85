"""Facts as data, each with its source and date: models, guidance methods, concepts."""
