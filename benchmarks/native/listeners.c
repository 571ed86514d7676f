/* A room's listeners: N WebSockets that must all hear every update, one update at a time. Loopback only.
 *
 * An update is published by the first socket; or by the next HTTP request of a file, on a connection of its own; or by
 * a byte on a connection to another port. Its words hold the marker @T. The next one goes out when all have heard it.
 *
 * argv: port path N payload patience [cookies requests bell]
 *   patience  seconds to connect
 *   cookies   file with one Cookie header a line, for each socket the next; behind it, after a tab, a path of its own
 *   requests  file of requests, each behind its length in four bytes (little-endian)
 *   bell      port at which a byte rings the next update
 * Prints "READY <seconds> <connected>". For every line "GO <seconds>" on stdin it publishes by socket or bell for so
 * long, for "ASK <seconds>" by requests, for "PACE <seconds>" by socket or bell and at most five times a second, and
 * prints one JSON object; at the end of stdin it ends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTING, UPGRADING, OPEN, GONE };
enum { CAP = 1 << 18, POSTER = 0x7fffffff, PACE_MS = 200 };
typedef struct { int fd, state, have; unsigned char *rest; char *cookie; const char *path; } Conn;

static Conn *conns;
static int count, epoll_fd, port, payload, open_n, failed_n, closed_n, running;
static const char *path;
static unsigned char scratch[CAP], *requests;
static size_t requests_len, requests_at;
static int poster = -1, bell = -1, asks, paced, accepted, refused;
static int updates, heard;
static uint64_t sent_ns, done_ns;
static float *latencies;
static size_t delivered, room = 20u << 20;
static uint64_t others, frame_bytes;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void push(int fd, const unsigned char *p, size_t n) {
  while (n > 0) {
    ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
    if (k < 0) {
      if (errno != EAGAIN) return;
      usleep(50);
      continue;
    }
    p += k;
    n -= k;
  }
}

static void send_frame(int fd, int op, const unsigned char *p, int n) {
  unsigned char f[CAP], mask[4] = {1, 2, 3, 4};
  int h = 0;
  f[h++] = 0x80 | op;
  if (n < 126) f[h++] = 0x80 | n;
  else { f[h++] = 0x80 | 126; f[h++] = n >> 8; f[h++] = n & 255; }
  memcpy(f + h, mask, 4);
  h += 4;
  for (int i = 0; i < n; i++) f[h + i] = p[i] ^ mask[i & 3];
  push(fd, f, h + n);
}

static int connect_to(int to, int flags) {
  int fd = socket(AF_INET, SOCK_STREAM | flags, 0), one = 1;
  if (fd < 0) return -1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(to)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connect(fd, (struct sockaddr *)&a, sizeof a);
  return fd;
}

static void open_conn(int i) {
  conns[i].fd = connect_to(port, SOCK_NONBLOCK);
  if (conns[i].fd < 0) { conns[i].state = GONE; failed_n++; return; }
  struct epoll_event e = {.events = EPOLLOUT, .data.u32 = i};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, conns[i].fd, &e);
}

static void lose(int i) {
  if (conns[i].state == GONE) return;
  if (conns[i].state == OPEN) closed_n++; else failed_n++;
  conns[i].state = GONE;
  close(conns[i].fd);
}

static int is_outstanding(void) { return updates > 0 && heard < open_n; }

static void on_text(unsigned char *p, uint64_t n) {
  if (!running || !is_outstanding() || !memmem(p, n, "@T", 2)) { others++; return; }
  done_ns = now();
  frame_bytes += n;
  heard++;
  if (delivered < room) latencies[delivered++] = (done_ns - sent_ns) / 1e6f;
}

static void upgrade(int i) {
  Conn *c = &conns[i];
  int fault = 0;
  socklen_t size = sizeof fault;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &fault, &size);
  if (fault) { lose(i); return; }
  char asked[2048];
  int n = snprintf(asked, sizeof asked,
    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nAccept-Language: zh-CN\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://127.0.0.1:%d\r\n%s%s%s\r\n",
    c->path ? c->path : path, port, port, c->cookie ? "Cookie: " : "", c->cookie ? c->cookie : "", c->cookie ? "\r\n" : "");
  push(c->fd, (unsigned char *)asked, n);
  c->state = UPGRADING;
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
  epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

static int take_frame(int i, int at, int len) {
  unsigned char *f = scratch + at;
  if (len - at < 2) return 0;
  int op = f[0] & 15, h = 2;
  uint64_t n = f[1] & 127;
  if (n == 126) {
    if (len - at < 4) return 0;
    n = f[2] << 8 | f[3];
    h = 4;
  } else if (n == 127) {
    if (len - at < 10) return 0;
    n = 0;
    for (int j = 2; j < 10; j++) n = n << 8 | f[j];
    h = 10;
  }
  if ((uint64_t)(len - at) < h + n) return 0;
  if (op == 9) send_frame(conns[i].fd, 10, f + h, n);
  else if (op == 8) { lose(i); return -1; }
  else if (op == 1 || op == 2) on_text(f + h, n);
  return h + n;
}

static void on_read(int i) {
  Conn *c = &conns[i];
  int at = 0, len = c->have;
  if (len) memcpy(scratch, c->rest, len);
  ssize_t k = recv(c->fd, scratch + len, CAP - len, 0);
  if (k == 0 || (k < 0 && errno != EAGAIN && errno != EINTR)) { lose(i); return; }
  if (k < 0) return;
  len += k;
  if (c->state == UPGRADING) {
    unsigned char *end = memmem(scratch, len, "\r\n\r\n", 4);
    if (end) {
      if (!memmem(scratch, 16, "101", 3)) { lose(i); return; }
      at = end + 4 - scratch;
      c->state = OPEN;
      open_n++;
    }
  }
  for (int used; c->state == OPEN && (used = take_frame(i, at, len)) != 0; at += used)
    if (used < 0) return;
  c->have = len - at;
  if (c->have) {
    c->rest = realloc(c->rest, c->have);
    memcpy(c->rest, scratch + at, c->have);
  }
}

static void on_answer(void) {
  ssize_t k = recv(poster, scratch, CAP, 0);
  if (k <= 0) { fprintf(stderr, "the server closed the connection of the requests\n"); exit(3); }
  if (!memmem(scratch, k < 16 ? k : 16, "HTTP/1.1", 8)) return;
  if (memmem(scratch, 16, " 303", 4)) accepted++; else refused++;
}

/* A page says every 20 seconds that somebody may be looking at it; those who are signed in do. */
static void beat(void) {
  static uint64_t since, said;
  if (!conns[0].cookie) return;
  if (!since) since = now();
  for (uint64_t due = (now() - since) * count / 20000000000ull; said < due; said++) {
    int i = said % count;
    if (conns[i].state == OPEN) send_frame(conns[i].fd, 1, (const unsigned char *)"here", 4);
  }
}

static void poll_once(int ms) {
  beat();
  static struct epoll_event found[1024];
  int k = epoll_wait(epoll_fd, found, 1024, ms);
  for (int j = 0; j < k; j++) {
    int i = found[j].data.u32;
    if (i == POSTER) on_answer();
    else if (conns[i].state == CONNECTING) upgrade(i);
    else if (conns[i].state != GONE) on_read(i);
  }
}

static int publish(void) {
  static unsigned char words[1 << 16];
  uint32_t n;
  int who = 0, size = sprintf((char *)words, "@T");
  if (asks && requests_at + 4 > requests_len) return 0;
  updates++;
  heard = 0;
  sent_ns = now();
  if (asks) {
    memcpy(&n, requests + requests_at, 4);
    push(poster, requests + requests_at + 4, n);
    requests_at += 4 + n;
  } else if (bell >= 0) {
    push(bell, words, 1);
  } else {
    while (size < payload) words[size++] = 'x';
    while (conns[who].state != OPEN) who++;
    send_frame(conns[who].fd, 1, words, size);
  }
  return 1;
}

static int by_size(const void *a, const void *b) {
  float x = *(float *)a, y = *(float *)b;
  return x < y ? -1 : x > y;
}

/* Opened for each round anew: a server closes a connection on which nothing comes for some seconds. */
static void open_poster(void) {
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = POSTER};
  poster = connect_to(port, 0);
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, poster, &e);
}

/* Milliseconds of sleep while something is on its way. With a core for itself (AWAKE is set) it takes none: a server that is on the
   same machine would pay for waking it, at most messages or at none, as the two happen to keep step. */
static int nap = 20;

static void run(double seconds) {
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  updates = heard = 0;
  delivered = others = frame_bytes = accepted = refused = 0;
  running = 1;
  if (asks) open_poster();
  uint64_t began = now(), end = began + (uint64_t)(seconds * 1e9);
  done_ns = began;
  uint64_t due = began;
  for (int more = 1; more && now() < end;) {
    if (!is_outstanding() && now() >= due) {
      more = publish();
      if (paced) due += PACE_MS * 1000000ull;
    }
    poll_once(paced && !is_outstanding() ? 1 : nap);
  }
  uint64_t given_up = now() + 8000000000ull;
  while ((is_outstanding() || (asks && accepted + refused < updates)) && now() < given_up) poll_once(nap);
  running = 0;
  if (asks) close(poster);
  getrusage(RUSAGE_SELF, &after);
  qsort(latencies, delivered, sizeof *latencies, by_size);
  double cpu = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) + (after.ru_stime.tv_sec - before.ru_stime.tv_sec) +
    ((after.ru_utime.tv_usec - before.ru_utime.tv_usec) + (after.ru_stime.tv_usec - before.ru_stime.tv_usec)) / 1e6;
  printf("{\"sockets\":%d,\"closed\":%d,\"updates\":%d,\"delivered\":%zu,\"expected\":%llu,\"seconds\":%.4f,\"others\":%llu,"
         "\"bytes\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"client_cpu\":%.3f,\"accepted\":%d,\"refused\":%d}\n",
    open_n, closed_n, updates, delivered, (unsigned long long)updates * open_n, (done_ns - began) / 1e9,
    (unsigned long long)others, delivered ? (double)frame_bytes / delivered : 0,
    delivered ? latencies[delivered / 2] : 0, delivered ? latencies[delivered - 1 - delivered / 100] : 0, cpu, accepted, refused);
  fflush(stdout);
}

static void read_cookies(const char *file) {
  FILE *f = fopen(file, "r");
  char line[1024];
  if (!f) exit(2);
  for (int i = 0; i < count && fgets(line, sizeof line, f); i++) {
    line[strcspn(line, "\n")] = 0;
    conns[i].cookie = strdup(line);
    char *tab = strchr(conns[i].cookie, '\t');
    if (tab) { *tab = 0; conns[i].path = tab + 1; }
  }
  fclose(f);
}

static void read_requests(const char *file) {
  FILE *f = fopen(file, "rb");
  if (!f) exit(2);
  fseek(f, 0, SEEK_END);
  requests_len = ftell(f);
  rewind(f);
  requests = malloc(requests_len);
  if (fread(requests, 1, requests_len, f) != requests_len) exit(2);
  fclose(f);
}

int main(int argc, char **argv) {
  if (argc != 6 && argc != 9) return 2;
  port = atoi(argv[1]);
  path = argv[2];
  count = atoi(argv[3]);
  payload = atoi(argv[4]);
  struct rlimit files = {0};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  conns = calloc(count, sizeof *conns);
  latencies = malloc(room * sizeof *latencies);
  epoll_fd = epoll_create1(0);
  if (getenv("AWAKE")) nap = 0;
  if (argc == 9) {
    read_cookies(argv[6]);
    read_requests(argv[7]);
    bell = connect_to(atoi(argv[8]), 0);
  }
  uint64_t began = now(), settled;
  int opened = 0;
  while (open_n + failed_n < count && now() - began < atof(argv[5]) * 1e9) {
    while (opened < count && opened - open_n - failed_n < 64) open_conn(opened++);
    poll_once(50);
  }
  for (settled = now(); now() - settled < 1500000000ull;) poll_once(50);
  printf("READY %.2f %d\n", (settled - began) / 1e9, open_n);
  fflush(stdout);
  char line[64];
  int n = 0;
  fcntl(0, F_SETFL, O_NONBLOCK);
  for (;;) {
    ssize_t k = read(0, line + n, sizeof line - 1 - n);
    if (k == 0) return 0;
    if (k > 0) n += k;
    line[n] = 0;
    if (strchr(line, '\n')) {
      asks = line[0] == 'A';
      paced = line[0] == 'P';
      run(atof(strchr(line, ' ')));
      n = 0;
    } else poll_once(20);
  }
}
