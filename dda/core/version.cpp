namespace dda {
int version() { return 1; }
}  // namespace dda
