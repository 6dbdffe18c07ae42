"""The microscope: every multiplication under the pointer, drawn in the browser from a result object."""
