import { useSyncExternalStore } from 'react';

// The browser tells of its own moves only; those of a link are told in the same way.
function subscribe(onMove) {
  addEventListener('popstate', onMove);
  return () => removeEventListener('popstate', onMove);
}

// The path of the page that is shown.
export function usePath() {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

// A link that shows its page without loading it.
export function Link({ to, children, ...attributes }) {
  function follow(event) {
    // These open another tab or window, which is the browser's to do.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
    scrollTo(0, 0);
  }

  return (
    <a href={to} onClick={follow} {...attributes}>
      {children}
    </a>
  );
}
