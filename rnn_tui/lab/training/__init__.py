"""Training a network on a task: what is set, every step that was made, and the way back to any of them.

`settings.TrainSettings` → `training.started` → `training.advanced`, `changed`, `rewound`, each of a frozen `Training`
another one, → `adopt.adopted`, the experiment in which all other screens show the trained network. What comes next, in
numbers, is `next_step`; θ from the norms seen `threshold`; what a command prints `report`.
"""
