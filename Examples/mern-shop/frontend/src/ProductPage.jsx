import { useAnswer } from './api.js';
import { Failure } from './Failure.jsx';
import { OrderButton } from './OrderButton.jsx';
import { price } from './price.js';
import { Link } from './router.jsx';
import { Swatch } from './Swatch.jsx';

export function ProductPage({ id }) {
  const { answer: product, error } = useAnswer(`/products/${id}`);
  if (error) return <Failure message={error.message} />;
  if (!product) return null;

  return (
    <article>
      <Swatch product={product} />
      <div>
        <h2 id="product">{product.name}</h2>
        <p>{product.description}</p>
        <p className="price">{price(product.cents)}</p>
        <OrderButton product={product} />
        <p>
          <Link to="/">All products</Link>
        </p>
      </div>
    </article>
  );
}
