"""Companies with the answers the documents give them, to hold the catalogue and the rules to."""
