"""The bundled contrastive trainer: data, model, loss, step, loop, checkpoint, evaluate."""
