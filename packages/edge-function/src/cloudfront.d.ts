/** The module of this name in the runtime `cloudfront-js-2.0`. */
declare module 'cloudfront' {
  type KeyValueStore = {
    /** Rejects when the key is not there. */
    get(key: string): Promise<string>;
    exists(key: string): Promise<boolean>;
  };
  const cloudfront: { kvs(): KeyValueStore };
  export default cloudfront;
}
