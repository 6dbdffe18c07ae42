"""Why a network answers as it does: attributions, receptive fields, dreams, surgery, perturbations."""
