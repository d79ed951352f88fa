/* Counts what a process changes in files below a folder and, at the n-th change, kills it or says
 * that the disk is full. Loaded by LD_PRELOAD; it does nothing until `watch` is called. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, KILL, FULL };

static char folder[PATH_MAX];
static int mode = COUNT;
static long nth = -1, changes = 0;

void watch(const char *path, int what, long at) {
  snprintf(folder, sizeof folder, "%s", path);
  mode = what, nth = at, changes = 0;
}

long changed(void) { return changes; }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_below(const char *path) {
  size_t length = strlen(folder);
  return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static int of_descriptor(int descriptor) {
  char link[64], path[PATH_MAX];
  if (!folder[0]) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

static int of_path(int directory, const char *path) {
  return path[0] == '/' || directory == AT_FDCWD ? is_below(path) : of_descriptor(directory);
}

static void die(void) { kill(getpid(), SIGKILL); }

/* A full disk takes no more data, but lets names change and go. */
static int refused(int here, int needs_room) {
  if (!here) return 0;
  long now = changes++;
  if (mode == KILL && now == nth) die();
  if (mode == FULL && nth >= 0 && (now == nth || (now > nth && needs_room))) {
    errno = ENOSPC;
    return 1;
  }
  return 0;
}

/* A kill leaves half of what was being written. */
#define WRITES(name, type, arguments, call, half)                     \
  type name arguments {                                               \
    int here = of_descriptor(file);                                   \
    if (here && mode == KILL && changes == nth) { REAL(name) half; die(); } \
    return refused(here, 1) ? -1 : REAL(name) call;                   \
  }

WRITES(write, ssize_t, (int file, const void *data, size_t size), (file, data, size), (file, data, size / 2))
WRITES(pwrite, ssize_t, (int file, const void *data, size_t size, off_t at), (file, data, size, at), (file, data, size / 2, at))
WRITES(pwrite64, ssize_t, (int file, const void *data, size_t size, off64_t at), (file, data, size, at), (file, data, size / 2, at))

#define CHANGES(name, here, room, arguments, call)    \
  int name arguments { return refused(here, room) ? -1 : REAL(name) call; }

CHANGES(ftruncate, of_descriptor(file), 1, (int file, off_t size), (file, size))
CHANGES(ftruncate64, of_descriptor(file), 1, (int file, off64_t size), (file, size))
CHANGES(fsync, of_descriptor(file), 0, (int file), (file))
CHANGES(fdatasync, of_descriptor(file), 0, (int file), (file))
CHANGES(rename, of_path(AT_FDCWD, to), 0, (const char *from, const char *to), (from, to))
CHANGES(renameat, of_path(out, to), 0, (int in, const char *from, int out, const char *to), (in, from, out, to))
CHANGES(link, of_path(AT_FDCWD, to), 0, (const char *from, const char *to), (from, to))
CHANGES(linkat, of_path(out, to), 0, (int in, const char *from, int out, const char *to, int flags), (in, from, out, to, flags))
CHANGES(unlink, of_path(AT_FDCWD, path), 0, (const char *path), (path))
CHANGES(unlinkat, of_path(in, path), 0, (int in, const char *path, int flags), (in, path, flags))
CHANGES(rmdir, of_path(AT_FDCWD, path), 0, (const char *path), (path))
CHANGES(mkdir, of_path(AT_FDCWD, path), 1, (const char *path, mode_t rights), (path, rights))
CHANGES(mkdirat, of_path(in, path), 1, (int in, const char *path, mode_t rights), (in, path, rights))

/* They give the error number itself. */
#define RESERVES(name, type) \
  int name(int file, type at, type size) { return refused(of_descriptor(file), 1) ? errno : REAL(name)(file, at, size); }

RESERVES(posix_fallocate, off_t)
RESERVES(posix_fallocate64, off64_t)
