"""The network: data, augmentation, training, evaluation and export. The only part of Mien that needs torch."""
