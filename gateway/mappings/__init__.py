"""Data, no code: vocabulary, maps, policy packs, error texts, advice, glossary."""
