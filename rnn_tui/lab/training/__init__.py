"""Training a network on a task: what is set, every step that was made, and the way back to any of them.

`settings.train_settings.TrainSettings` → `training.started` → `training.advanced`, `changed`, `rewound`, each of a
frozen `Training` another one, → `adopt.adopted`, the experiment in which all other screens show the trained network.
`record` is what a run keeps of its steps, `next_step` what comes next in numbers, `threshold` θ from the norms seen,
`report` what a command prints, `kept` the file of a training.
"""
