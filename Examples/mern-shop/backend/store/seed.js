// What a new shop sells.
export const seed = [
  {
    id: 'espresso-cup',
    name: 'Espresso cup',
    cents: 1450,
    hue: 18,
    description: 'Thick-walled stoneware that keeps a short coffee hot. Glazed by hand, so no two are alike.',
  },
  {
    id: 'field-notebook',
    name: 'Field notebook',
    cents: 900,
    hue: 145,
    description: 'Ninety-six dotted pages, stitched so that it lies flat, with a cover that shrugs off rain.',
  },
  {
    id: 'desk-lamp',
    name: 'Desk lamp',
    cents: 7900,
    hue: 42,
    description: 'A warm light on a steel arm that stays where you leave it. Dims down to a glow.',
  },
  {
    id: 'canvas-bag',
    name: 'Canvas bag',
    cents: 3900,
    hue: 215,
    description: 'Waxed cotton with one big pocket and one small one. Carries a week of groceries.',
  },
];
