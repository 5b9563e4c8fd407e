/*
 * A disk that fails: preloaded into a process, it stands between LevelDB and the C library for the
 * files of one folder (FAULT_DIR). It counts every change of that folder (a file created, bytes
 * appended, a sync, a rename, a removal) and
 *   FAULT_KILL_AT=n            kills the process before the n-th change, or in the middle of it when
 *                              that is an append (a torn write of FAULT_TORN per mille);
 *   FAULT_FAIL_AT=n            makes every append and sync from the n-th change on fail,
 *   FAULT_ERRNO=e              with this number (ENOSPC 28, EIO 5), an append half done;
 *   FAULT_TRACE_FD=fd          writes each change to that descriptor, for power cuts to be made from:
 *                              op, length of the path, length of the data, path, data.
 * Streams are not buffered, so that an append is one write to the kernel.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static long changes, kill_at, fail_at, torn, error_number;
static int trace_fd = -1;

static long setting(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

__attribute__((constructor)) static void begin(void) {
  folder = getenv("FAULT_DIR");
  kill_at = setting("FAULT_KILL_AT");
  fail_at = setting("FAULT_FAIL_AT");
  torn = setting("FAULT_TORN");
  error_number = setting("FAULT_ERRNO");
  if (getenv("FAULT_TRACE_FD")) trace_fd = (int)setting("FAULT_TRACE_FD");
}

/* LevelDB's files but for its own log of what it does. */
static int watched(const char *path) {
  if (!folder || strncmp(path, folder, strlen(folder)) != 0) return 0;
  const char *name = strrchr(path, '/');
  return name && strncmp(name, "/LOG", 4) != 0 && strcmp(name, "/LOCK") != 0;
}

static int path_of(int fd, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return 1;
}

static void note(char op, const char *path, const void *data, size_t length) {
  if (trace_fd < 0) return;
  uint32_t path_length = strlen(path), data_length = length;
  char *record = malloc(9 + path_length + length);
  record[0] = op;
  memcpy(record + 1, &path_length, 4);
  memcpy(record + 5, &data_length, 4);
  memcpy(record + 9, path, path_length);
  memcpy(record + 9 + path_length, data, length);
  size_t total = 9 + path_length + length;
  for (size_t at = 0; at < total;) {
    ssize_t written = write(trace_fd, record + at, total - at);
    if (written < 0) abort();
    at += written;
  }
  free(record);
}

/* Counts a change; 1 says that it must fail. Never returns when it is the one to be killed at. */
static int change(int may_fail) {
  changes++;
  if (kill_at && changes == kill_at) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  return may_fail && fail_at && changes >= fail_at;
}

/* The headers may have it as a macro. */
#undef fwrite_unlocked

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

FILE *fopen64(const char *path, const char *mode) {
  int ours = watched(path) && mode[0] != 'r';
  if (!ours) return REAL(fopen64)(path, mode);
  pthread_mutex_lock(&lock);
  int fails = change(1);
  FILE *file = NULL;
  if (fails) errno = error_number;
  else file = REAL(fopen64)(path, mode);
  if (file) {
    setvbuf(file, NULL, _IONBF, 0);
    note(mode[0] == 'a' ? 'a' : 'c', path, "", 0);
  }
  pthread_mutex_unlock(&lock);
  return file;
}

size_t fwrite_unlocked(const void *data, size_t size, size_t count, FILE *file) {
  char path[4096];
  if (!path_of(fileno(file), path, sizeof path) || !watched(path))
    return REAL(fwrite_unlocked)(data, size, count, file);
  size_t length = size * count;
  pthread_mutex_lock(&lock);
  if (kill_at && changes + 1 == kill_at && torn && length > 1)
    REAL(fwrite_unlocked)(data, 1, length * torn / 1000, file);
  if (change(1)) {
    REAL(fwrite_unlocked)(data, 1, length / 2, file);
    pthread_mutex_unlock(&lock);
    errno = error_number;
    return 0;
  }
  size_t written = REAL(fwrite_unlocked)(data, size, count, file);
  note('w', path, data, length);
  pthread_mutex_unlock(&lock);
  return written;
}

static int sync_with(int (*real)(int), int fd) {
  char path[4096];
  if (!path_of(fd, path, sizeof path) || !(watched(path) || (folder && strcmp(path, folder) == 0)))
    return real(fd);
  pthread_mutex_lock(&lock);
  int fails = change(1);
  int result = fails ? -1 : real(fd);
  if (!fails) note('s', path, "", 0);
  pthread_mutex_unlock(&lock);
  if (fails) errno = error_number;
  return result;
}

int fdatasync(int fd) { return sync_with(REAL(fdatasync), fd); }
int fsync(int fd) { return sync_with(REAL(fsync), fd); }

int rename(const char *from, const char *to) {
  if (!watched(to)) return REAL(rename)(from, to);
  pthread_mutex_lock(&lock);
  change(0);
  int result = REAL(rename)(from, to);
  if (result == 0) note('r', from, to, strlen(to));
  pthread_mutex_unlock(&lock);
  return result;
}

int unlink(const char *path) {
  if (!watched(path)) return REAL(unlink)(path);
  pthread_mutex_lock(&lock);
  change(0);
  int result = REAL(unlink)(path);
  if (result == 0) note('u', path, "", 0);
  pthread_mutex_unlock(&lock);
  return result;
}
