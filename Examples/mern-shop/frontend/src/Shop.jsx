import { useEffect } from 'react';
import { Echo } from './Echo.jsx';
import { Failure } from './Failure.jsx';
import { ProductList } from './ProductList.jsx';
import { ProductPage } from './ProductPage.jsx';
import { Link, usePath } from './router.jsx';

const NAME = import.meta.env.VITE_SHOP_NAME;

export function Shop() {
  useEffect(() => {
    document.title = NAME;
  }, []);

  return (
    <>
      <header>
        <h1 id="shop-name">
          <Link to="/">{NAME}</Link>
        </h1>
        <p>Good things, made to last.</p>
      </header>
      <main>
        <Page path={usePath()} />
      </main>
      <footer>
        <Echo />
      </footer>
    </>
  );
}

function Page({ path }) {
  const [, id] = path.match(/^\/products\/([^/]+)$/) ?? [];
  // A key makes another product another page, which starts afresh.
  if (id) return <ProductPage key={id} id={id} />;
  if (path === '/') return <ProductList />;
  return <Failure message="There is no such page." />;
}
