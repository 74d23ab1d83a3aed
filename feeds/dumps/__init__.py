"""Files into captures: what stands in the folders, what it says, and when it was seen."""
