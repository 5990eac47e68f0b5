import { useAnswer } from './api.js';
import { Failure } from './Failure.jsx';
import { price } from './price.js';
import { Link } from './router.jsx';
import { Swatch } from './Swatch.jsx';

export function ProductList() {
  const { answer: products = [], error } = useAnswer('/products');
  if (error) return <Failure message={error.message} />;

  return (
    <ul id="products">
      {products.map((product) => (
        <li key={product.id}>
          <Link to={`/products/${product.id}`}>
            <Swatch product={product} />
            <strong>{product.name}</strong>
            <span className="price">{price(product.cents)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
