/**
 * For every stand-in's server: idle connections stay open until the client closes them. With Node's five seconds, client
 * and server of one busy process can choose the same moment, and a request is then written into a closing connection.
 */
export const serverOptions = { keepAliveTimeout: 0 }
