// Stands in for a product's picture.
export function Swatch({ product }) {
  return (
    <span className="swatch" style={{ '--hue': product.hue }} aria-hidden="true">
      {product.name[0]}
    </span>
  );
}
