// The service that this page belongs to. A Worker can serve both below a path, such as /auth/.

/** The URL of the service, with a slash at the end. */
export const serviceUrl = new URL(".", location.href).href;
