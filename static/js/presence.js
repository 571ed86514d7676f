// "I am here": the only thing a page ever says on its socket, and only while somebody can be looking at it.

let connection;
document.addEventListener('htmx:ws:after:connection', (event) => { connection = event.detail.connection; });
setInterval(() => {
  if (!document.hidden && connection?.socket?.readyState === WebSocket.OPEN) connection.socket.send('here');
}, 20_000);
