"""Result objects to pictures: layout and colour only, no maths."""
