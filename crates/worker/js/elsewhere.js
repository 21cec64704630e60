// Node, browsers and all other runtimes get this module for portcullis/worker and portcullis/mount. The exports exist
// because an import of a missing name fails before the error below is thrown.
export const Account = undefined;
export const Portcullis = undefined;
export const mount = undefined;
export default undefined;

throw new Error(
  "portcullis/worker and portcullis/mount run only in workerd, Cloudflare's runtime. Import them in the code of a Worker, and start the Worker with `npx wrangler dev`, with Cloudflare's Vite plugin, or with Miniflare in a test.",
);
