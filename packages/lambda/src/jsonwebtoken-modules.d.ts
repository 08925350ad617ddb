/* Modules of jsonwebtoken that are imported apart, so that a bundle has only the one it uses. */
declare module 'jsonwebtoken/sign.js' {
  import { sign } from 'jsonwebtoken';
  export default sign;
}
declare module 'jsonwebtoken/verify.js' {
  import { verify } from 'jsonwebtoken';
  export default verify;
}
