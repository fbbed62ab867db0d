"""The panels of the Unroll screen, and of the inspector of a step."""
