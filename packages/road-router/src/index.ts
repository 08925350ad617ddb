export { createRouter, type RouterConfig } from './router.ts';
