/* A libcublas.so.13 that lacks nearly everything. */
int cublasCreate_v2(void **handle);
int cublasCreate_v2(void **handle) {
  *handle = 0;
  return 1;
}
